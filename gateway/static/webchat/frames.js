/* What each frame of the server does (docs/webchat.md); unknown ones do nothing. */
export const FRAMES = {
  welcome(chat, frame) {
    chat.welcomed = true;
    chat.refused = null;
    if (frame.token) chat.store.set("token", frame.token);
    if (frame.reset) chat.thread.clear();
    for (const message of frame.changed) chat.thread.change(message);
    if (frame.reset || !chat.thread.byId.size) chat.thread.more = frame.more;
    chat.look(frame.widget);
    chat.view.options.most = frame.limits.text_chars;
    chat.uploadBytes = frame.limits.upload_bytes;
    chat.view.attach.hidden = !frame.limits.upload_bytes;
    if (frame.conversation) FRAMES.conversation(chat, frame.conversation);
    chat.asking.begin(frame.form);
    chat.put(frame.messages);
    chat.outbox.load();
    chat.sending = null;
    chat.tellState();
    chat.sendNext();
    chat.emit("ready", {});
  },

  message(chat, message) {
    chat.agentTyping(false);
    if (message.from !== "visitor" && !chat.thread.byId.has(message.id)) chat.chime.ring();
    chat.put([message]);
  },

  update(chat, message) {
    chat.thread.change(message);
    chat.draw();
  },

  history(chat, frame) {
    for (const message of frame.messages) chat.thread.put(message);
    if (chat.asked.shift() === "earlier") {
      chat.thread.more = frame.more;
      chat.view.keepPlace = true;
      chat.view.atEnd = false;
    }
    chat.draw();
  },

  conversation(chat, frame) {
    chat.readSeq = frame.id === chat.conversation?.id ? Math.max(chat.readSeq, frame.read_seq) : frame.read_seq || chat.readSeq;
    chat.conversation = frame;
    if (frame.state !== "waiting") chat.queue = null;
    chat.asking.show();
    chat.tellState();
    chat.draw();
  },

  queue(chat, frame) {
    chat.queue = frame;
    chat.tellState();
  },

  availability(chat, frame) {
    chat.away = !frame.open;
    chat.asking.show();
    chat.view.people(frame.people || []);
    chat.view.promise(chat.away);
    chat.tellState();
  },

  typing(chat) {
    chat.agentTyping(true);
  },

  seen(chat, frame) {
    chat.thread.seen(frame.seq);
    chat.draw();
  },

  accepted(chat, frame) {
    if (frame.rating) chat.rate(frame.id);
    else chat.outbox.accepted(frame.id);
    chat.asking.over();
    chat.sending = null;
    chat.draw();
    chat.sendNext();
  },

  refused(chat, frame) {
    chat.sending = null;
    if (frame.retry_after_seconds) {
      clearTimeout(chat.pause);
      chat.pause = setTimeout(() => chat.sendNext(), frame.retry_after_seconds * 1000 + 100);
      chat.paused = Date.now() + frame.retry_after_seconds * 1000;
      return;
    }
    if (frame.code === "form_invalid" && chat.asking.refused(frame.detail)) return;
    chat.outbox.failed(frame.id, frame.detail);
    chat.draw();
    chat.sendNext();
  },
};
