/* Who is asked before the first message, and the answers until the server has them. */
export class Asking {
  constructor(chat) {
    this.chat = chat;
    this.form = null;
  }

  get questions() {
    return (this.form || []).filter((one) => one.when !== "away" || this.chat.away);
  }

  /* Nothing is sent before: the server would refuse it. */
  get waits() {
    return Boolean(this.questions.length && !this.chat.conversation && !this.answers);
  }

  /* Kept until the message with them is accepted: a server that died between the two gets both again. */
  get answers() {
    const kept = this.chat.store.get("answers");
    return kept ? JSON.parse(kept) : undefined;
  }

  begin(form) {
    this.form = form;
    this.show();
  }

  show(fault) {
    this.chat.view.ask(this.waits ? this.questions : null, fault);
  }

  answered(answers) {
    this.chat.store.set("answers", JSON.stringify(answers));
    this.show();
    this.chat.sendNext();
  }

  /* Says whether the message may go again: with better answers, or without any where none are asked. */
  refused(why) {
    const had = Boolean(this.answers);
    this.chat.store.remove("answers");
    this.show(why);
    if (had && !this.waits) this.chat.sendNext();
    return had || this.waits;
  }

  over() {
    this.chat.store.remove("answers");
    this.begin(null);
  }
}
