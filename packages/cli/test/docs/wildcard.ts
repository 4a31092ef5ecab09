/** Whether a text is what a page says it is, where `…` stands for what differs each time: a port, a time. */
export function matchesPage(page: string, text: string): boolean {
  const parts = page.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^"\\n]*')}$`).test(text);
}
