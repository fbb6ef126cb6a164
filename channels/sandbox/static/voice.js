// A voice message: recorded where there is a microphone, a short sample where there is none.

const MOST_SECONDS = 60;
const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"];

/** Starts to record; the answer has `stop()` and the promise `sound`. */
export async function record() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    return { stop() {}, sound: sample(), sampled: true };
  }
  const recorder = new MediaRecorder(stream, { mimeType: TYPES.find((one) => MediaRecorder.isTypeSupported(one)) });
  const parts = [];
  const sound = new Promise((resolve) => {
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      resolve(new Blob(parts, { type: recorder.mimeType.split(";")[0] }));
    };
  });
  recorder.start();
  setTimeout(() => recorder.state === "recording" && recorder.stop(), MOST_SECONDS * 1000);
  return { stop: () => recorder.state === "recording" && recorder.stop(), sound };
}

async function sample() {
  const answer = await fetch("/static/sample.ogg");
  return new Blob([await answer.arrayBuffer()], { type: "audio/ogg" });
}
