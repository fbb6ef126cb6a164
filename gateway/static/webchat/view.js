/* What the visitor sees and presses. Draws the chat's state; decides nothing. */
import { element, icon } from "./dom.js";
import { EmojiPicker } from "./emoji.js";
import { CardForm } from "./form.js";
import { onColor } from "./looks.js";
import { summary } from "./said.js";
import { dress } from "./style.js";

export class View {
  constructor(options, actions) {
    this.options = options;
    this.actions = actions;
    this.texts = options.texts;
    this.drawn = new Map();
    this.isOpen = false;
    this.build();
  }

  build() {
    const { texts, actions } = this;
    this.host = element("div", { "data-theme": this.options.theme, "data-side": this.options.side, lang: texts.language });
    this.host.id = "webchat";
    const root = this.host.attachShadow({ mode: "open" });
    dress(root, this.options.nonce);
    this.badge = element("span", { id: "badge", "aria-hidden": "true", hidden: true });
    this.launcher = element("button", { id: "launcher", type: "button", "aria-expanded": "false", "aria-controls": "panel", on: { click: () => this.toggle() } }, icon("chat"), this.badge);
    this.notice = element("div", { id: "notice", role: "status", hidden: true });
    this.earlier = element("button", { id: "earlier", type: "button", hidden: true, on: { click: actions.earlier } }, texts.earlier);
    this.log = element("div", { id: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions text", tabindex: "0" }, this.earlier);
    this.state = element("div", { id: "state", role: "status" });
    this.answering = element("div", { id: "answering", hidden: true });
    this.field = element("textarea", { id: "field", dir: "auto", rows: "1", "aria-label": texts.field, placeholder: texts.field, enterkeyhint: "send", on: { input: () => this.typed(), keydown: (event) => this.keyInField(event), paste: (event) => this.pasted(event) } });
    this.sendButton = element("button", { id: "send", class: "icon", type: "submit", "aria-label": texts.send }, icon("send"));
    this.picker = element("input", { id: "picker", type: "file", hidden: true, tabindex: "-1", on: { change: () => this.picked() } });
    this.attach = element("button", { id: "attach", class: "icon", type: "button", "aria-label": texts.attach, hidden: true, on: { click: () => this.picker.click() } }, icon("clip"));
    this.emoji = new EmojiPicker(texts, this.field, () => this.typed());
    this.form = new CardForm(texts, actions.answered);
    this.composer = element("form", { id: "composer", on: { submit: (event) => this.submit(event) } }, this.attach, this.picker, this.emoji.button, this.field, this.sendButton);
    const shut = element("button", { id: "close", class: "icon", type: "button", "aria-label": texts.close, on: { click: () => this.close() } }, icon("close"));
    this.logo = element("img", { id: "logo", alt: "", hidden: true, referrerpolicy: "no-referrer", on: { error: () => (this.logo.hidden = true) } });
    this.title = element("h2", { id: "title" });
    this.team = element("p", { id: "people", hidden: true });
    this.usual = element("p", { id: "usual", hidden: true });
    const head = element("header", {}, this.logo, element("div", { class: "heading" }, this.title, this.team, this.usual), this.options.chime.button, shut);
    this.panel = element("section", { id: "panel", role: "dialog", "aria-labelledby": "title", hidden: true, on: { keydown: (event) => this.keyInPanel(event) } }, head, this.notice, this.log, this.state, this.answering, this.emoji.box, this.form.node, this.composer);
    this.bubble = element("div", { id: "invite", role: "status", hidden: true });
    root.append(this.launcher, this.bubble, this.panel);
    this.root = root;
    document.body.append(this.host);
    this.host.addEventListener("keydown", (event) => this.keyAnywhere(event));
    this.host.addEventListener("pointerdown", () => this.host.removeAttribute("data-keys"));
    this.log.addEventListener("scroll", () => (this.atEnd = this.isAtEnd()));
    this.atEnd = true;
    this.look(this.options);
    this.unread(0);
  }

  // Open and closed

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  /* A greeting beside the closed window; pressing it opens the window. */
  invite(text) {
    const { texts } = this;
    this.bubble.hidden = !text;
    this.bubble.replaceChildren();
    if (!text) return;
    const gone = element("button", { class: "icon", type: "button", "aria-label": texts.dismiss, on: { click: () => this.invite("") } }, icon("close"));
    this.bubble.append(element("button", { id: "invited", type: "button", dir: "auto", on: { click: () => this.open() } }, text), gone);
  }

  open() {
    if (this.isOpen) return;
    this.invite("");
    this.isOpen = true;
    this.panel.hidden = false;
    this.host.setAttribute("data-open", "");
    this.launcher.setAttribute("aria-expanded", "true");
    this.toEnd();
    this.toWriting();
    this.actions.opened();
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.panel.hidden = true;
    this.host.removeAttribute("data-open");
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.focus();
    this.actions.closed();
  }

  /* A ring around the field is for those who came to it by a key: browsers draw it for every field. */
  keyAnywhere(event) {
    if (event.key === "Tab" || this.root.activeElement !== this.field) this.host.setAttribute("data-keys", "");
  }

  keyInPanel(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Tab") {
      this.keepFocus(event);
    }
  }

  /* The panel covers the page on a phone: focus goes round inside of it, Escape leads out. */
  keepFocus(event) {
    const all = [...this.panel.querySelectorAll("button,a[href],textarea,input,select,summary,video,audio,[tabindex='0']")];
    const reachable = all.filter((one) => !one.disabled && one.offsetParent !== null);
    const first = reachable[0];
    const last = reachable[reachable.length - 1];
    const now = this.root.activeElement;
    if (event.shiftKey ? now === first : now === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }

  // Writing

  keyInField(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
  }

  typed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(140, this.field.scrollHeight + 2)}px`;
    this.field.style.overflowY = this.field.scrollHeight > 138 ? "auto" : "hidden";
    this.actions.typed(this.field.value);
  }

  write(text) {
    this.field.value = text;
  }

  submit(event) {
    event.preventDefault();
    const text = this.field.value;
    if (!text.trim()) return;
    if ([...text].length > this.options.most) {
      this.say(this.texts.tooLong(this.options.most));
      return;
    }
    this.field.value = "";
    this.typed();
    this.atEnd = true;
    this.actions.write(text);
    this.field.focus();
  }

  picked() {
    for (const file of this.picker.files) this.actions.upload(file);
    this.picker.value = "";
    this.atEnd = true;
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files || [])];
    if (!files.length || this.attach.hidden) return;
    event.preventDefault();
    for (const file of files) this.actions.upload(file);
  }

  answer(message) {
    const { texts } = this;
    this.answering.replaceChildren();
    this.answering.hidden = !message;
    if (!message) return;
    const cancel = element("button", { class: "icon", type: "button", "aria-label": texts.cancel, on: { click: () => this.actions.answer(null) } }, icon("close"));
    this.answering.append(element("span", {}, `${texts.answer}: ${summary(message.content, texts)}`), cancel);
    this.field.focus();
  }

  /* The form stands where messages are written. */
  ask(questions, fault) {
    const wasAsking = this.composer.hidden;
    this.form.ask(questions, fault);
    this.composer.hidden = Boolean(questions);
    if (questions) this.emoji.box.hidden = true;
    if (this.isOpen && wasAsking !== this.composer.hidden) this.toWriting();
  }

  toWriting() {
    if (this.composer.hidden) this.form.inputs[0][1].focus();
    else this.field.focus();
  }

  // What is shown

  look({ title, color, logo, usual }) {
    this.title.textContent = title;
    this.log.setAttribute("aria-label", title);
    for (const [name, value] of [["--own", color], ["--on-own", onColor(color)]]) {
      if (value) this.host.style.setProperty(name, value);
      else this.host.style.removeProperty(name);
    }
    this.logo.hidden = !logo;
    if (logo && this.logo.getAttribute("src") !== logo) this.logo.src = logo;
    this.usual.textContent = usual ? this.texts.usual(usual) : "";
    this.promise();
  }

  /* How soon somebody usually answers: not while nobody is there. */
  promise(away = this.isAway) {
    this.isAway = away;
    this.usual.hidden = away || !this.usual.textContent;
  }

  people(names) {
    this.team.hidden = !names.length;
    this.team.textContent = names.length ? this.texts.people(names) : "";
  }

  say(text) {
    this.state.textContent = text || "";
  }

  tell(text) {
    this.notice.textContent = text || "";
    this.notice.hidden = !text;
  }

  unread(count) {
    this.badge.hidden = !count;
    this.badge.textContent = count > 99 ? "99+" : String(count);
    this.launcher.setAttribute("aria-label", count ? this.texts.openUnread(count) : this.texts.open);
  }

  /* Draws rows of {key, mark, make}: one whose mark has not changed stays as it is, so that a screen reader reads
     only what is new. */
  draw(rows, more) {
    this.earlier.hidden = !more;
    const wanted = new Set(rows.map((row) => row.key));
    for (const [key, drawn] of this.drawn) {
      if (!wanted.has(key)) {
        drawn.node.remove();
        this.drawn.delete(key);
      }
    }
    let before = this.earlier;
    const keep = this.atEnd ? null : this.log.scrollHeight - this.log.scrollTop;
    for (const row of rows) {
      let drawn = this.drawn.get(row.key);
      if (!drawn || drawn.mark !== row.mark) {
        const node = row.make();
        if (drawn) drawn.node.replaceWith(node);
        drawn = { node, mark: row.mark };
        this.drawn.set(row.key, drawn);
      }
      if (before.nextSibling !== drawn.node) before.after(drawn.node);
      before = drawn.node;
    }
    if (keep === null) this.toEnd();
    else if (this.keepPlace) this.log.scrollTop = this.log.scrollHeight - keep;
    this.keepPlace = false;
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.atEnd = true;
  }
}
