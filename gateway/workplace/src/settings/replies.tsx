// The replies of a collection: a title, a word to call it by, and texts in the languages of customers.

import { useState } from "preact/hooks";
import { newKey } from "../core/api.js";
import { atLeast } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { language as shownIn, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Dialog } from "../ui/dialog.tsx";
import { CheckField, Form, SelectField, TextArea, TextField } from "../ui/form.tsx";
import { Empty, Section, Show, Table } from "../ui/page.tsx";
import { Remove } from "./remove.tsx";

interface Content {
  type: string;
  text?: string;
}

interface Reply {
  id: string;
  title: string;
  shortcut: string | null;
  active: boolean;
  translations: Record<string, Content[]>;
}

export function Replies({ collection }: { collection: string }) {
  const { api, me } = here();
  const path = `/reply-collections/${collection}/replies`;
  const loaded = useLoaded<Reply[]>(() => api.all(path), [collection]);
  const [open, setOpen] = useState<Reply | "new" | null>(null);
  const may = atLeast(me, "administrator");
  const done = () => {
    setOpen(null);
    void loaded.reload();
  };
  return (
    <Section title={t("settings.replies.replies")} hint={t("settings.replies.replies_hint")}>
      {may && <div><button type="button" onClick={() => setOpen("new")}>{t("settings.replies.new")}</button></div>}
      <Show loaded={loaded}>
        {(all) => (all.length ? (
          <Table
            label={t("settings.replies.replies")} rows={all} keyOf={(one) => one.id}
            columns={[
              { title: t("settings.replies.reply_title"), cell: (one) => one.title },
              { title: t("settings.replies.shortcut"), cell: (one) => (one.shortcut ? <code>/{one.shortcut}</code> : "–") },
              { title: t("settings.texts.language"), cell: (one) => Object.keys(one.translations).join(", ") },
              { title: t("settings.state"), cell: (one) => <span class={one.active ? "mark good" : "mark"}>{one.active ? t("settings.on") : t("settings.off")}</span> },
              { title: t("settings.actions"), cell: (one) => may && (
                <div class="input-row">
                  <button type="button" aria-label={`${t("ui.change")}: ${one.title}`} onClick={() => setOpen(one)}>{t("ui.change")}</button>
                  <Remove name={one.title} path={`/prepared-replies/${one.id}`} onDone={loaded.reload} />
                </div>
              ) },
            ]}
          />
        ) : <Empty text={t("settings.replies.no_replies")} />)}
      </Show>
      {open && <Edit reply={open === "new" ? null : open} path={path} onClose={() => setOpen(null)} onDone={done} />}
    </Section>
  );
}

/** Messages of a text only can be written here: one a paragraph that begins after an empty line. */
const textOf = (contents: readonly Content[] = []) => contents.map((one) => one.text ?? "").join("\n\n");
const contentsOf = (text: string): Content[] => text.split(/\n\s*\n/).map((one) => one.trim()).filter(Boolean).map((one) => ({ type: "text", text: one }));
const isPlain = (contents: readonly Content[] = []) => contents.every((one) => one.type === "text");

function Edit({ reply, path, onClose, onDone }: { reply: Reply | null; path: string; onClose: () => void; onDone: () => void }) {
  const { api } = here();
  const [key] = useState(newKey);
  const [title, setTitle] = useState(reply?.title ?? "");
  const [shortcut, setShortcut] = useState(reply?.shortcut ?? "");
  const [active, setActive] = useState(reply?.active ?? true);
  const languages = [...new Set([...Object.keys(reply?.translations ?? {}), shownIn.value, "en", "ru"])];
  const [shown, setShown] = useState(languages[0]!);
  const [texts, setTexts] = useState<Record<string, string>>({});
  const names = new Intl.DisplayNames([shownIn.value], { type: "language" });
  const plain = isPlain(reply?.translations[shown]);
  const send = async () => {
    const written = Object.fromEntries(Object.entries(texts).map(([code, text]) => [code, text.trim() ? contentsOf(text) : null]));
    const body = { title, shortcut: shortcut.trim() || null, active, ...(Object.keys(written).length && { translations: written }) };
    if (reply) await api.request("PATCH", `/prepared-replies/${reply.id}`, { body });
    else await api.request("POST", path, { body: { ...body, translations: Object.fromEntries(Object.entries(written).filter(([, one]) => one)) }, key });
  };
  return (
    <Dialog title={reply ? reply.title : t("settings.replies.new")} onClose={onClose} wide>
      <Form send={send} done={onDone} onCancel={onClose} changed={Object.keys(texts).length > 0 || title !== (reply?.title ?? "")}>
        <TextField label={t("settings.replies.reply_title")} pointer="/title" value={title} onChange={setTitle} maxLength={100} />
        <TextField label={t("settings.replies.shortcut")} hint={t("settings.replies.shortcut_hint")} pointer="/shortcut" value={shortcut} onChange={setShortcut} maxLength={32} />
        <SelectField label={t("settings.texts.language")} value={shown} onChange={setShown} choices={languages.map((value) => ({ value, text: names.of(value) ?? value }))} />
        {plain ? (
          <TextArea
            key={shown} label={t("settings.replies.text")} hint={t("settings.replies.text_hint")} pointer={`/translations/${shown}`} rows={6}
            value={texts[shown] ?? textOf(reply?.translations[shown])} onChange={(text) => setTexts({ ...texts, [shown]: text })}
          />
        ) : <p class="soft">{t("settings.replies.not_plain")}</p>}
        <CheckField label={t("settings.in_use")} checked={active} onChange={setActive} />
      </Form>
    </Dialog>
  );
}
