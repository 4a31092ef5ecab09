/** The panels with their places in the grid as they are when every folded row is open; folded panels follow their row. */
export function unfolded(panels) {
  let pushed = 0;
  let below = 0;
  let folded = new Set();
  return panels.map((entry) => {
    const { panel } = entry;
    // What is folded has no room of its own in the grid: what comes after it is pushed down by it.
    if (!folded.has(panel)) {
      pushed += below;
      below = 0;
    }
    const { gridPos } = panel;
    if (panel.collapsed) {
      folded = new Set(panel.panels);
      below = Math.max(0, ...panel.panels.map((each) => each.gridPos.y + each.gridPos.h)) - gridPos.y - 1;
    }
    return { ...entry, at: { ...gridPos, y: gridPos.y + pushed } };
  });
}
