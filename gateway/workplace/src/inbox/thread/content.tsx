// What a message says: one component a kind of content. Names, texts, file names and addresses are the customer's, so nothing here is markup.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fromServer } from "../../core/say.ts";
import { t } from "../../core/words.ts";
import { answersOf } from "./answers.ts";
import { Chips } from "./chips.tsx";
import { File, type Shape } from "./media.tsx";
import type { Content, Media } from "./types.ts";
import { type Mark, Words } from "./words.tsx";

// The API's contents differ by kind: each component names the fields that it reads.
type Drawn = ComponentType<any>;

export function ContentOf({ content }: { content: Content }) {
  if (RARE.has(content.type)) return <Rare content={content} />;
  const Kind: Drawn = Object.hasOwn(KINDS, content.type) ? KINDS[content.type]! : Unsupported;
  return <Kind {...content} />;
}

const RARE = new Set(["location", "contacts", "contact_request", "order", "list", "checklist"]);
let rare: Record<string, Drawn> | null = null;

/** Have the contents there that few messages have. */
export async function loadRare(): Promise<void> {
  rare = (await import("./rare.tsx")).RARE;
}

function Rare({ content }: { content: Content }) {
  const [, draw] = useState(0);
  useEffect(() => {
    if (!rare) void loadRare().then(() => draw(1));
  }, []);
  const Kind = rare?.[content.type];
  return Kind ? <Kind {...content} /> : null;
}

const withFile = (word: "photo" | "sticker" | "video" | "sound" | "voice" | "document", shape: Shape): Drawn =>
  function WithFile({ media, caption, marks }: { media: Media; caption?: string; marks?: Mark[] }) {
    return (
      <>
        <File media={media} kind={t(`message.files.${word}`)} shape={shape} />
        {caption && <Words text={caption} marks={marks} />}
      </>
    );
  };

const KINDS: Record<string, Drawn> = {
  text: Words,
  image: withFile("photo", "picture"),
  sticker: withFile("sticker", "sticker"),
  video: withFile("video", "film"),
  audio: withFile("sound", "sound"),
  voice: withFile("voice", "sound"),
  document: withFile("document", "file"),
  choice: Choice,
  buttons: Buttons,
  template: Template,
  system: ({ text, code }: { text?: string; code: string }) => <p>{fromServer(text || code)}</p>,
  unsupported: Unsupported,
};

// What is chosen, and what the business sends to be chosen from

function Choice({ title, description, data }: { title: string; description?: string; data?: { response_json?: string } }) {
  const answers = description && data?.response_json ? answersOf(description, data.response_json) : [];
  return (
    <>
      <p class="chosen"><span class="soft">{t("message.chose")} </span><strong dir="auto">{title}</strong></p>
      {answers.length > 0 ? <Answers rows={answers} /> : description && <p class="soft small words" dir="auto">{description}</p>}
    </>
  );
}

/** A form that the customer filled in. */
function Answers({ rows }: { rows: [string, string][] }) {
  return (
    <table class="facts">
      <tbody>{rows.map(([field, value], n) => <tr key={n}><th scope="row" dir="auto">{field}</th><td class="words" dir="auto">{value}</td></tr>)}</tbody>
    </table>
  );
}

function Buttons({ text, buttons }: { text: string; buttons: { title: string }[] }) {
  return (
    <>
      <Words text={text} />
      <Chips titles={buttons.map((one) => one.title)} label={t("message.buttons")} />
    </>
  );
}

function Template({ name, language: code, rendered }: { name: string; language: string; rendered?: string }) {
  return (
    <>
      {rendered && <Words text={rendered} />}
      <p class="soft small">{t("message.template", { name, language: code })}</p>
    </>
  );
}

function Unsupported({ reason }: { reason?: string }) {
  return <p class="soft" dir="auto">{reason ? t("message.unsupported_because", { reason }) : t("message.unsupported")}</p>;
}
