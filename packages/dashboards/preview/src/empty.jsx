/** What a panel says that has nothing to show. */
export function Empty({ width, height, theme, text = 'No data' }) {
  const style = {
    width,
    height,
    display: 'grid',
    placeItems: 'center',
    textAlign: 'center',
    padding: '0 16px',
    boxSizing: 'border-box',
    color: theme.colors.text.secondary,
  };
  return <div style={style}>{text}</div>;
}
