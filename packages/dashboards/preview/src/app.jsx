import { createTheme } from '@grafana/data';
import { GlobalStyles, PanelContextProvider, ThemeContext } from '@grafana/ui';
import { EventBusSrv } from '@grafana/data';
import { createRoot } from 'react-dom/client';
import { DashboardPage } from './dashboard-page.jsx';
import { loadDashboard } from './load-dashboard.mjs';

globalThis.problems = [];
addEventListener('error', ({ message }) => globalThis.problems.push(message));
addEventListener('unhandledrejection', ({ reason }) => globalThis.problems.push(String(reason)));
const parameters = new URLSearchParams(location.search);
const theme = createTheme({ colors: { mode: parameters.get('theme') ?? 'light' } });
const response = await fetch(`/dashboards/${parameters.get('dashboard')}`);
const loaded = await loadDashboard(await response.json(), parameters);
const context = { eventsScope: 'global', eventBus: new EventBusSrv() };
document.body.style.cssText = `margin:0;background:${theme.colors.background.canvas};color:${theme.colors.text.primary}`;
document.body.style.fontFamily = theme.typography.fontFamily;
createRoot(document.querySelector('#root')).render(
  <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    <PanelContextProvider value={context}>
      <DashboardPage {...loaded} theme={theme} />
    </PanelContextProvider>
  </ThemeContext.Provider>,
);
// Twice: once for what is drawn, once for what is drawn after it has been measured.
setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => (globalThis.drawn = true))), 1500);
