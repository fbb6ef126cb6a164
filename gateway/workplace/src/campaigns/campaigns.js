// Campaigns: how each goes, live, and what can be done with it; a form for a new one. For administrators.

import { CampaignApi } from "./campaign_api.js";
import { campaignForm } from "./campaign_form.js";
import { actionsOf, figures, outlookOf, reasonOf, settled, stateOf, withCampaign } from "./campaign_words.js";
import { openDialog } from "../frame/dialog.js";
import { el, keyed } from "../core/dom.js";
import { notify } from "../frame/notices.js";
import { duration } from "../core/time.js";

export class CampaignsView {
  constructor(api, store) {
    this.api = new CampaignApi(api);
    this.store = store;
  }

  open() {
    this.list = el("ul", { class: "campaigns" });
    this.form = el("div", { class: "campaign-new" });
    this.add = el("button", { type: "button", class: "primary", id: "new-campaign", text: "New campaign", on: { click: () => this.#new() } });
    const { box } = openDialog({ id: "campaigns", title: "Campaigns", class: "wide", onClose: () => this.#closed() }, el("div", {}, this.add), this.form, this.list);
    this.box = box;
    this.stopListening = this.store.subscribe(() => this.#render());
    this.#read();
  }

  #closed() {
    this.stopListening();
    this.form.firstElementChild?.dispatchEvent(new Event("leave"));
    keyed(this.list, [], {});
  }

  async #read() {
    try {
      const { items } = await this.api.list();
      this.store.set((state) => ({ ...state, campaigns: new Map(items.map((one) => [one.id, one])) }));
      this.#render();
    } catch (problem) {
      notify(problem.message, "fault");
    }
  }

  #render() {
    const campaigns = this.store.state.campaigns;
    if (this.shown === campaigns || !this.box.open) return;
    this.shown = campaigns;
    const newest = [...campaigns.values()].sort((one, other) => (one.id < other.id ? 1 : -1));
    keyed(this.list, newest, { key: (one) => one.id, signature: (one) => [one], make: (one) => this.#card(one) });
    if (!newest.length) this.list.replaceChildren(el("li", { class: "empty", text: "There are no campaigns yet." }));
  }

  #card(campaign) {
    const { counts } = campaign;
    const [state, tone] = stateOf(campaign);
    const done = settled(counts);
    const label = `${done.toLocaleString("en")} of ${counts.total.toLocaleString("en")} settled`;
    const buttons = actionsOf(campaign).map(([action, text]) =>
      el("button", { type: "button", text, class: action === "start" ? "primary" : "", dataset: { focus: action, action: `campaign-${action}` }, on: { click: () => this.#act(campaign, action) } }));
    return el(
      "li",
      { class: "campaign-card", dataset: { campaign: campaign.id, state: campaign.state } },
      el("div", { class: "queue-head" }, el("h3", { text: campaign.name, dir: "auto" }), el("span", { class: `mark ${tone}`, text: state })),
      el("p", { class: "soft small", text: `${campaign.template.name} (${campaign.template.language})${when(campaign)}` }),
      reasonOf(campaign) && el("p", { class: "fault", text: reasonOf(campaign) }),
      el("progress", { max: Math.max(counts.total, 1), value: done, "aria-label": label }),
      el("p", { class: "small", text: label }),
      el("dl", { class: "numbers small" }, figures(counts).map(([term, value]) => el("div", {}, el("dt", { text: term }), el("dd", { text: value })))),
      el("div", { class: "campaign-actions" }, buttons, this.#files(campaign)),
    );
  }

  #files(campaign) {
    const path = `/campaigns/${campaign.id}`;
    const audience = campaign.audience;
    const wrong = audience ? audience.rejected + audience.duplicates : 0;
    const button = (text, action, run) => el("button", { type: "button", text, dataset: { focus: action, action }, on: { click: () => this.#try(run) } });
    return [
      campaign.state === "ready" && button("Test to me…", "campaign-test", () => this.#test(campaign)),
      audience && button("Report", "campaign-report", () => this.api.download(`${path}/report`, `${campaign.name} report.csv`)),
      wrong > 0 && button(`${wrong.toLocaleString("en")} ${wrong === 1 ? "row" : "rows"} left out`, "campaign-errors", () => this.api.download(`${path}/audience/errors`, `${campaign.name} errors.csv`)),
    ];
  }

  #new() {
    const close = () => {
      this.form.replaceChildren();
      this.add.hidden = false;
      this.add.focus();
    };
    const made = async (campaign) => {
      this.#put(campaign);
      close();
      const guess = await this.api.forecast(campaign.id).catch(() => null);
      const left = guess ? outlookOf(guess) : [];
      const takes = guess ? ` At ${guess.rate_per_second} a second they take ${duration(guess.seconds * 1000)}.` : "";
      notify(`${campaign.audience.accepted.toLocaleString("en")} recipients are checked.${takes}`, "done");
      for (const sentence of left) notify(sentence, "fault");
    };
    this.add.hidden = true;
    this.form.replaceChildren(campaignForm(this.api, { made, cancel: close }));
    this.form.querySelector("input")?.focus();
  }

  async #test(campaign) {
    const to = window.prompt("Send what the first recipient would get to this number:");
    if (!to) return;
    await this.api.test(campaign.id, to);
    notify(`A test is on its way to ${to}.`, "done");
  }

  #act(campaign, action) {
    if (action === "cancel" && !window.confirm(`End “${campaign.name}” for good?`)) return null;
    if (action === "delete") return this.#try(() => this.#discard(campaign));
    if (action === "start") return this.#try(() => this.#start(campaign));
    return this.#try(async () => this.#put(await this.api.act(campaign.id, action)));
  }

  /** Starts it once somebody has read who would get nothing. */
  async #start(campaign) {
    const left = outlookOf(await this.api.forecast(campaign.id));
    if (left.length && !window.confirm(`${left.join("\n")}\n\nStart “${campaign.name}”?`)) return;
    this.#put(await this.api.act(campaign.id, "start"));
  }

  async #discard(campaign) {
    await this.api.remove(campaign.id);
    this.#put({ ...campaign, state: "deleted" });
  }

  #put(campaign) {
    this.store.set((state) => ({ ...state, campaigns: withCampaign(state.campaigns, campaign) }));
  }

  async #try(run) {
    try {
      await run();
    } catch (problem) {
      notify(problem.message, "fault");
    }
  }
}

function when(campaign) {
  if (campaign.state === "scheduled") return ` · starts ${new Date(campaign.schedule_at).toLocaleString()}`;
  return campaign.rate_per_second ? ` · ${campaign.rate_per_second} a second` : "";
}
