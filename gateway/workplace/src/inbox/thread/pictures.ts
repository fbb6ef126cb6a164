// A click on a picture of the thread opens it over the page.

/** Has pictures open here; with a modifier key one opens as links do. */
export function showPictures(thread: HTMLElement, options: AddEventListenerOptions): void {
  thread.addEventListener("click", async (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a.picture-link");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const links = [...thread.querySelectorAll<HTMLAnchorElement>("a.picture-link")];
    const pictures = links.map(({ href, firstElementChild }) => ({ href, alt: (firstElementChild as HTMLImageElement).alt }));
    const { openPictures } = await import("../lightbox.js");
    openPictures(pictures, links.indexOf(link));
  }, options);
}
