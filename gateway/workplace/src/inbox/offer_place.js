// What can be sent while the window is closed: a template with its values, and a reply that is held until the answer.

import { el } from "../core/dom.js";
import { t } from "../core/say.ts";
import { pricesIn } from "./prices.ts";

/** The part of the composer that is there while the window is closed. */
export class TemplateOffer {
  #id = null;

  constructor(api, place, sent) {
    this.api = api;
    this.place = place;
    this.sent = sent;
  }

  /** Shows itself for a conversation, or hides (null). */
  show(conversation) {
    const id = conversation?.id ?? null;
    if (id === this.#id) return;
    this.#id = id;
    this.place.hidden = id === null;
    this.place.replaceChildren();
    if (conversation) this.#open(conversation);
  }

  async #open(conversation) {
    const { id } = conversation;
    const found = await this.api.templates({ usable: true, channel_id: conversation.channel.id, limit: 200 }).catch(() => ({ items: [] }));
    const templates = found.items.filter((one) => one.category !== "authentication");
    const { templateChooser } = await import("./template_offer.js"); // few conversations need it
    if (this.#id !== id) return;
    if (!templates.length) {
      this.place.replaceChildren(el("p", { class: "soft small", text: t("offer.none") }));
      return;
    }
    const text = el("textarea", { id: "held-text", rows: 2, dir: "auto", on: { input: () => chooser.relabel() } });
    const held = el(
      "div", { class: "field" },
      el("label", { for: "held-text", text: t("offer.reply") }), text,
      el("p", { class: "soft small", text: t("offer.reply_hint") }),
    );
    const chooser = templateChooser(this.api, {
      templates,
      extra: [held],
      prices: () => pricesIn(id),
      label: () => (text.value.trim() ? t("offer.send_and_hold") : t("offer.send")),
      submit: async (template, key) => {
        const reply = text.value.trim();
        const message = reply ? { content: { type: "text", text: reply }, held: { template } } : { content: { type: "template", ...template } };
        this.sent(await this.api.send(id, message, key));
        this.#id = null; // drawn anew, empty, at the next change
      },
    });
    this.place.replaceChildren(chooser.form);
  }
}
