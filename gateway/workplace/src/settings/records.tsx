// A page of things with names: their list, and a page with an address for each, to make, change and remove them.

import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { newKey } from "../core/api.js";
import { atLeast, type Role } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { go, parts } from "../frame/address.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Copy } from "../ui/copy.tsx";
import { Form } from "../ui/form.tsx";
import { Empty, Page, Section, Show, Table, type Column } from "../ui/page.tsx";
import { draftOf, patchOf, type Draft } from "./draft.ts";
import { Fields, type Field } from "./fields.tsx";
import { Remove } from "./remove.tsx";

interface Secret {
  label: string;
  text: string;
}

export interface Kind<T extends { id: string }, K = unknown> {
  /** Its address: `/settings/{name}`, `/settings/{name}/new`, `/settings/{name}/{id}`. */
  name: string;
  /** Where the API has them. */
  path: string;
  /** How they are read, where there are no pages of them. */
  list?: () => Promise<T[]>;
  /** Where a new one is made, if elsewhere; and what that is called. */
  makePath?: string;
  makeWord?: string;
  title: string;
  hint: string;
  none: string;
  events?: readonly string[];
  /** The lowest role that changes them. */
  least: Role;
  nameOf: (one: T) => string;
  /** As the list says it, if there is more to say. */
  labelOf?: (one: T, all: T[]) => string;
  /** What is read beside them: what one can choose from. */
  read?: () => Promise<K>;
  columns?: (known: K) => Column<T>[];
  /** The rows in another order, or below one another. */
  arrange?: (rows: T[]) => T[];
  blank: Draft;
  fields: (given: { draft: Draft; isNew: boolean; known: K; all: T[] }) => Field[];
  /** What is sent of a draft. */
  toSend?: (draft: Draft, isNew: boolean) => Draft;
  change?: "PATCH" | "PUT" | null;
  removable?: boolean | ((one: T) => boolean);
  removeWords?: { label: string; text: string };
  /** Where what a removed one has may go. */
  moveTo?: (one: T, all: T[], known: K) => { value: string; text: string }[];
  /** What is shown of the answer this once, after one was made. */
  secrets?: (answer: Record<string, string>) => Secret[];
  /** More below the form of one. */
  more?: (one: T, known: K, reload: () => Promise<void>) => ComponentChildren;
}

export function Records<T extends { id: string }, K = unknown>({ kind }: { kind: Kind<T, K> }) {
  const { api, me } = here();
  const loaded = useLoaded<{ all: T[]; known: K }>(async () => {
    const [all, known] = await Promise.all([kind.list?.() ?? api.all(kind.path), kind.read?.()]);
    return { all, known: known as K };
  }, [kind.name], kind.events ?? []);
  const [secrets, setSecrets] = useState<Secret[]>([]);
  const address = `/settings/${kind.name}`;
  const id = parts.value[2];
  const may = atLeast(me, kind.least);
  if (secrets.length) {
    return (
      <Once title={kind.title} secrets={secrets} onDone={() => setSecrets([])} />
    );
  }
  if (id === undefined) return <List kind={kind} loaded={loaded} address={address} may={may} />;
  return (
    <Show loaded={loaded}>
      {({ all, known }) => {
        const one = all.find((record) => record.id === id) ?? null;
        if (!one && id !== "new") return <Page title={kind.title}><Empty text={t("settings.gone")}><a href={address}>{t("settings.to_list")}</a></Empty></Page>;
        return (
          <Edit
            key={id} kind={kind} one={one} all={all} known={known} address={address} may={may} reload={loaded.reload}
            onMade={(answer) => setSecrets(kind.secrets?.(answer) ?? [])}
          />
        );
      }}
    </Show>
  );
}

function List<T extends { id: string }, K>({ kind, loaded, address, may }: { kind: Kind<T, K>; loaded: ReturnType<typeof useLoaded<{ all: T[]; known: K }>>; address: string; may: boolean }) {
  const add = may && <a class="button primary" href={`${address}/new`}>{kind.makeWord ?? t("settings.add")}</a>;
  return (
    <Page title={kind.title} hint={kind.hint} actions={add}>
      <Show loaded={loaded}>
        {({ all, known }) => (all.length ? (
          <Table
            label={kind.title} rows={kind.arrange ? kind.arrange(all) : all} keyOf={(one) => one.id}
            columns={[
              { title: t("settings.name"), cell: (one) => <a href={`${address}/${one.id}`} dir="auto">{kind.labelOf?.(one, all) ?? kind.nameOf(one)}</a> },
              ...(kind.columns?.(known) ?? []),
            ]}
          />
        ) : <Empty text={kind.none}>{add}</Empty>)}
      </Show>
    </Page>
  );
}

interface EditProps<T extends { id: string }, K> {
  kind: Kind<T, K>;
  one: T | null;
  all: T[];
  known: K;
  address: string;
  may: boolean;
  reload: () => Promise<void>;
  onMade: (answer: Record<string, string>) => void;
}

function Edit<T extends { id: string }, K>({ kind, one, all, known, address, may, reload, onMade }: EditProps<T, K>) {
  const { api } = here();
  // As it was when it was opened: a change by somebody else does not take away what is being written.
  const before = useMemo(() => (one ? draftOf(one as unknown as Draft, kind.blank) : kind.blank), []);
  const [draft, setDraft] = useState(before);
  const [key] = useState(newKey);
  const isNew = one === null;
  const toSend = (which: Draft) => kind.toSend?.(which, isNew) ?? which;
  const send = async () => {
    if (isNew) onMade(await api.request("POST", kind.makePath ?? kind.path, { body: toSend(draft), key }));
    else if (kind.change === "PUT") await api.request("PUT", `${kind.path}/${one.id}`, { body: toSend(draft) });
    else {
      const patch = patchOf(toSend(before), toSend(draft));
      if (patch) await api.request("PATCH", `${kind.path}/${one.id}`, { body: patch });
    }
    await reload();
  };
  const removable = one && (typeof kind.removable === "function" ? kind.removable(one) : kind.removable ?? true);
  const changes = isNew || kind.change !== null;
  return (
    <Page title={isNew ? `${kind.title}: ${t("settings.new")}` : kind.nameOf(one)} actions={<a class="button" href={address}>{t("settings.to_list")}</a>}>
      {changes && (
        <section class="section">
          <fieldset class="bare" disabled={!may}>
            <Form send={send} done={() => go(address)} changed={patchOf(before, draft) !== null} submit={isNew ? kind.makeWord ?? t("settings.make") : t("ui.save")} onCancel={() => go(address)}>
              <Fields table={kind.fields({ draft, isNew, known, all })} draft={draft} set={setDraft} />
            </Form>
          </fieldset>
        </section>
      )}
      {one && kind.more?.(one, known, reload)}
      {one && may && removable && (
        <Remove
          name={kind.nameOf(one)} path={`${kind.path}/${one.id}`} choices={kind.moveTo?.(one, all, known)} {...kind.removeWords}
          onDone={async () => {
            await reload();
            go(address);
          }}
        />
      )}
    </Page>
  );
}

/** What is shown once, to be taken along. */
export function Once({ title, secrets, onDone }: { title: string; secrets: readonly Secret[]; onDone: () => void }) {
  return (
    <Page title={title}>
      <Section title={t("settings.shown_once")} hint={t("settings.shown_once_hint")}>
        {secrets.map((one) => <Copy key={one.label} label={one.label} text={one.text} />)}
        <div class="form-actions"><button type="button" class="primary" onClick={onDone}>{t("settings.kept_it")}</button></div>
      </Section>
    </Page>
  );
}
