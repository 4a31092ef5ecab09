// For a health check where there is no shell and no curl: 0 if the shop answers.
const { PORT = '3001' } = process.env;
const { ok } = await fetch(`http://127.0.0.1:${PORT}/healthz`, { signal: AbortSignal.timeout(2000) });
process.exitCode = ok ? 0 : 1;
