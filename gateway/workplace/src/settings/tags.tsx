// Tags: their names and colours; one that is merged into another is that one everywhere.

import { useState } from "preact/hooks";
import { newKey } from "../core/api.js";
import { atLeast } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Form, SelectField, TextField } from "../ui/form.tsx";
import { Empty, Page, Show, Table } from "../ui/page.tsx";

interface Tag {
  id: string;
  name: string;
  color: string;
}

const DEFAULT_COLOUR = "#2f80ed";

export default function Tags() {
  const { api, me } = here();
  const loaded = useLoaded<Tag[]>(() => api.all("/tags"), [], ["tag."]);
  const [open, setOpen] = useState<{ tag: Tag | null; removing: boolean } | null>(null);
  const may = atLeast(me, "administrator");
  const done = async () => {
    setOpen(null);
    await loaded.reload();
  };
  const add = may && <button type="button" class="primary" onClick={() => setOpen({ tag: null, removing: false })}>{t("settings.tags.new")}</button>;
  return (
    <Page title={t("settings.tags.title")} hint={t("settings.tags.hint")} actions={add}>
      <Show loaded={loaded}>
        {(tags) => (tags.length ? (
          <Table
            label={t("settings.tags.title")} rows={tags} keyOf={(one) => one.id}
            columns={[
              { title: t("settings.name"), cell: (one) => <span class="tag"><Swatch colour={one.color} />{one.name}</span> },
              { title: t("settings.actions"), cell: (one) => may && (
                <>
                  <button type="button" onClick={() => setOpen({ tag: one, removing: false })}>{t("ui.change")}</button>{" "}
                  <button type="button" onClick={() => setOpen({ tag: one, removing: true })}>{t("settings.tags.remove")}</button>
                </>
              ) },
            ]}
          />
        ) : <Empty text={t("settings.tags.none")} />)}
      </Show>
      {open && !open.removing && <Edit tag={open.tag} onClose={() => setOpen(null)} onDone={done} />}
      {open?.removing && open.tag && <Remove tag={open.tag} others={(loaded.value ?? []).filter((one) => one.id !== open.tag!.id)} onClose={() => setOpen(null)} onDone={done} />}
    </Page>
  );
}

/** A square in the tag's colour: an SVG attribute, for the page's policy allows no style in markup. */
function Swatch({ colour }: { colour: string }) {
  return <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" fill={colour} /></svg>;
}

function Edit({ tag, onClose, onDone }: { tag: Tag | null; onClose: () => void; onDone: () => Promise<void> }) {
  const { api } = here();
  const [name, setName] = useState(tag?.name ?? "");
  const [color, setColor] = useState(tag?.color ?? DEFAULT_COLOUR);
  const [key] = useState(newKey);
  const send = async () => {
    if (tag) await api.request("PATCH", `/tags/${tag.id}`, { body: { name, color } });
    else await api.request("POST", "/tags", { body: { name, color }, key });
    await onDone();
  };
  return (
    <Dialog title={tag ? t("settings.tags.change") : t("settings.tags.new")} onClose={onClose}>
      <Form send={send} onCancel={onClose} changed={name !== (tag?.name ?? "")}>
        <TextField label={t("settings.name")} pointer="/name" value={name} onChange={setName} maxLength={50} />
        <TextField label={t("settings.colour")} pointer="/color" type="color" value={color} onChange={setColor} />
      </Form>
    </Dialog>
  );
}

function Remove({ tag, others, onClose, onDone }: { tag: Tag; others: Tag[]; onClose: () => void; onDone: () => Promise<void> }) {
  const { api } = here();
  const [into, setInto] = useState("");
  const send = async () => {
    await api.request("DELETE", `/tags/${tag.id}`, { query: { move_to: into } });
    await onDone();
  };
  return (
    <Dialog title={t("settings.tags.remove_one", { name: tag.name })} onClose={onClose}>
      <Form send={send} onCancel={onClose} submit={t("settings.tags.remove")}>
        <SelectField
          label={t("settings.tags.merge_into")} hint={t("settings.tags.merge_hint")} value={into} onChange={setInto}
          choices={[{ value: "", text: t("settings.tags.no_merge") }, ...others.map((one) => ({ value: one.id, text: one.name }))]}
        />
      </Form>
    </Dialog>
  );
}
