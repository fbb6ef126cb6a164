/* The page on which the visitor writes: its address with nothing but campaign marks in its query, and its title. */
const MARK = /^utm_(source|medium|campaign|term|content)$/;
const MOST_URL = 2000;
const MOST_TITLE = 300;

export function pageNow() {
  if (!/^https?:$/.test(location.protocol)) return null;
  const url = new URL(location.origin + location.pathname);
  for (const [name, value] of new URLSearchParams(location.search)) if (MARK.test(name)) url.searchParams.append(name, value.slice(0, 200));
  if (url.href.length > MOST_URL) url.search = "";
  if (url.href.length > MOST_URL) url.pathname = "/";
  return { url: url.href, title: [...document.title.replace(/\p{Cs}/gu, "")].slice(0, MOST_TITLE).join("") };
}
