// Files on their way into a message: uploaded as soon as they are chosen, sent when the operator sends.

import { el, icon, keyed } from "../core/dom.js";
import { t } from "../core/say.ts";
import { withoutSigns } from "./signs.ts";
import { size } from "./thread/links.ts";

const MAX_BYTES = 100 * 1024 * 1024; // the server's limit; each channel has its own below it
const MEGABYTE = 1024 * 1024;
const KNOWN = 20; // uploads

/** What is sent as more than a document: by type, and up to a size that all messengers take. */
const KINDS = [
  { type: "image", mime: /^image\/(jpeg|png)$/, most: 5 * MEGABYTE },
  { type: "video", mime: /^video\/(mp4|3gpp)$/, most: 16 * MEGABYTE },
  { type: "audio", mime: /^audio\/(aac|amr|mpeg|mp4|ogg)$/, most: 16 * MEGABYTE },
];
const CAPTIONED = new Set(["image", "video", "document"]);

/** The contents that some uploaded files and a text become: a single file carries the text where it can. */
export function contentsOf(files, text) {
  const contents = files.map(({ id, mime_type, bytes }) => {
    const kind = KINDS.find((one) => one.mime.test(mime_type) && bytes <= one.most);
    return { type: kind?.type ?? "document", media: { id } };
  });
  if (!text) return contents;
  const [first] = contents;
  const { text: words, marks } = withoutSigns(text);
  const formatting = marks && { marks };
  if (contents.length === 1 && CAPTIONED.has(first.type)) return [{ ...first, caption: words, ...formatting }];
  return [...contents, { type: "text", text: words, ...formatting }];
}

export class Attachments {
  #lists = new Map(); // conversation id → [{key, file, state, detail, sent, stop, uploaded}]
  #known = new Map(); // id of an uploaded file → its item, the latest ones, to put it back where a message was refused
  #number = 0;

  /**
   * @param {HTMLElement} bar Where they are shown.
   * @param {Function} upload (file, onProgress, signal) → the API's file
   * @param {Function} changed Called when something else is to be shown.
   */
  constructor(bar, upload, changed) {
    this.bar = bar;
    this.upload = upload;
    this.changed = changed;
  }

  add(id, files) {
    const added = [...files].map((file) => ({ key: String((this.#number += 1)), file, state: "new", detail: "", sent: 0 }));
    this.#lists.set(id, [...this.of(id), ...added]);
    for (const item of added) this.#start(id, item);
  }

  of(id) {
    return this.#lists.get(id) ?? [];
  }

  /** May they be sent: is there one, and all of them here? */
  ready(id) {
    return this.of(id).every((one) => one.state === "ready");
  }

  /** Gives the files to be sent, and forgets them. */
  take(id) {
    const files = this.of(id).map((one) => one.uploaded);
    this.#lists.delete(id);
    this.changed();
    return files;
  }

  /** Puts the file of a refused message back. */
  restore(id, fileId) {
    const item = this.#known.get(fileId);
    if (!item) return;
    this.#lists.set(id, [...this.of(id), { ...item, key: String((this.#number += 1)) }]);
    this.changed();
  }

  stop() {
    for (const one of [...this.#lists.values()].flat()) one.stop?.abort();
    this.#lists.clear();
    keyed(this.bar, [], {});
  }

  render(id) {
    const items = this.of(id);
    this.bar.hidden = !items.length;
    keyed(this.bar, items, {
      key: (one) => one.key,
      signature: (one) => [one.state, one.detail],
      make: (one) => this.#element(id, one),
    });
  }

  async #start(id, item) {
    item.stop = new AbortController();
    if (item.file.size > MAX_BYTES) return this.#end(item, "refused", t("composer.file_too_large"));
    this.#end(item, "uploading", "");
    try {
      item.uploaded = await this.upload(item.file, (sent) => this.#progress(item, sent), item.stop.signal);
      this.#remember(item);
      this.#end(item, "ready", "");
    } catch (problem) {
      this.#end(item, problem.passing ? "failed" : "refused", problem.message);
    }
  }

  /** A refusal comes soon: what was sent long ago is not kept for it. */
  #remember(item) {
    this.#known.set(item.uploaded.id, item);
    if (this.#known.size > KNOWN) this.#known.delete(this.#known.keys().next().value);
  }

  #end(item, state, detail) {
    Object.assign(item, { state, detail });
    this.changed();
  }

  #progress(item, sent) {
    item.sent = sent;
    if (item.meter) item.meter.value = sent;
  }

  #remove(id, item) {
    item.stop.abort();
    this.#lists.set(id, this.of(id).filter((one) => one !== item));
    this.changed();
  }

  #element(id, item) {
    const { file, state, detail } = item;
    item.meter = state === "uploading" ? el("progress", { max: 1, value: item.sent, "aria-label": t("composer.uploading", { name: file.name }) }) : null;
    const again = el("button", { type: "button", text: t("ui.try_again"), on: { click: () => this.#start(id, item) } });
    const remove = { type: "button", class: "quiet", "aria-label": t("composer.remove_file", { name: file.name }), dataset: { focus: "remove" } };
    return el(
      "li",
      { class: `chosen-file ${state}`, dataset: { state } },
      icon("file"),
      el("span", { class: "file-name", text: file.name, dir: "auto" }),
      el("span", { class: "soft small", text: size(file.size) }),
      item.meter,
      detail && el("span", { class: "fault-text small", text: detail, role: "alert" }),
      state === "failed" && again,
      el("button", { ...remove, on: { click: () => this.#remove(id, item) } }, icon("close")),
    );
  }
}
