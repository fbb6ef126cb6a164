/* A short sound for a new message, where the visitor has it on; browsers allow one once the visitor has pressed
   something on the page. */
import { element, icon } from "./dom.js";

const LOUD = 0.08;
const SECONDS = 0.35;

export class Chime {
  constructor(texts, store) {
    this.texts = texts;
    this.store = store;
    this.byChannel = true;
    this.button = element("button", { id: "sound", class: "icon", type: "button", on: { click: () => this.turn() } });
    this.draw();
  }

  get isOn() {
    const chosen = this.store.get("sound");
    return chosen ? chosen === "on" : this.byChannel;
  }

  /* What holds until the visitor chooses. */
  preset(on) {
    this.byChannel = on;
    this.draw();
  }

  turn() {
    this.store.set("sound", this.isOn ? "off" : "on");
    this.draw();
    this.ring();
  }

  draw() {
    this.button.replaceChildren(icon(this.isOn ? "bell" : "mute"));
    this.button.setAttribute("aria-pressed", String(this.isOn));
    this.button.setAttribute("aria-label", this.texts.sound);
  }

  ring() {
    if (!this.isOn || typeof AudioContext === "undefined" || navigator.userActivation?.hasBeenActive === false) return;
    try {
      this.context ??= new AudioContext();
      const now = this.context.currentTime;
      const tone = this.context.createOscillator();
      const volume = this.context.createGain();
      tone.frequency.setValueAtTime(660, now);
      tone.frequency.setValueAtTime(880, now + SECONDS / 3);
      volume.gain.setValueAtTime(LOUD, now);
      volume.gain.exponentialRampToValueAtTime(0.001, now + SECONDS);
      tone.connect(volume).connect(this.context.destination);
      tone.start(now);
      tone.stop(now + SECONDS);
    } catch {
      /* a page without sound loses no message */
    }
  }
}
