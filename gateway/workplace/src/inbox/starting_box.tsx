// Beginning a conversation: the number that writes, whom, and the template to begin with.

import { useEffect, useRef, useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { putConversation } from "../core/store.js";
import { t } from "../core/words.ts";
import { go } from "../frame/address.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/form.tsx";
import { Empty, Show } from "../ui/page.tsx";
import { mayBePriced } from "./priced_number.ts";
import type { Prices } from "./prices.ts";
import type { Whom } from "./starting.ts";
import { templateChooser } from "./template_offer.js";
import type { Page } from "./types.ts";

interface Channel {
  id: string;
  kind: string;
  name: string;
  status: string;
}

interface Template {
  id: string;
  category: string;
}

interface Refusal extends Error {
  code: string;
  extra: { conversation_id?: string };
}

export default function StartingBox({ whom, onClose }: { whom: Whom | null; onClose: () => void }) {
  const { api } = here();
  const channels = useLoaded<Channel[]>(async () => (await api.channels()).filter((one: Channel) => one.kind === "whatsapp"), []);
  const [chosen, setChosen] = useState<string | null>(null);
  const [to, setTo] = useState("");
  const [asked, setAsked] = useState(whom?.id ?? "");
  return (
    <Dialog title={t("starting.title")} onClose={onClose}>
      <Show loaded={channels}>
        {(found) => {
          const channelId = chosen ?? found[0]?.id;
          if (!channelId) return <Empty text={t("starting.no_channel")} />;
          return (
            <div class="fields">
              <SelectField label={t("starting.channel")} value={channelId} choices={found.map(({ id, name }) => ({ value: id, text: name }))} onChange={setChosen} />
              {whom ? <p>{t("starting.of_contact", { name: whom.name })}</p> : (
                <div onFocusOut={() => setAsked(to.trim())}>
                  <TextField label={t("starting.to")} hint={t("starting.to_hint")} type="tel" placeholder="+49 1512 3456789" value={to} onChange={setTo} />
                </div>
              )}
              <Templates key={channelId} channelId={channelId} to={whom?.id ?? to.trim()} priced={whom || mayBePriced(asked) ? asked : ""} onClose={onClose} />
            </div>
          );
        }}
      </Show>
    </Dialog>
  );
}

function Templates({ channelId, to, priced, onClose }: { channelId: string; to: string; priced: string; onClose: () => void }) {
  const { api } = here();
  const loaded = useLoaded<Page<Template>>(() => api.templates({ usable: true, channel_id: channelId, limit: 200 }), [channelId], ["template."]);
  const templates = loaded.value?.items.filter((one) => one.category !== "authentication");
  return <Show loaded={loaded}>{() => (templates?.length ? <Chooser {...{ channelId, to, priced, templates, onClose }} /> : <Empty text={t("offer.none")} />)}</Show>;
}

/** The price is asked for when the number's field is left, not at each key. */
function Chooser({ channelId, to, priced, templates, onClose }: { channelId: string; to: string; priced: string; templates: Template[]; onClose: () => void }) {
  const { api, store } = here();
  const place = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<string | null>(null);
  const now = useRef({ to, priced });
  now.current = { to, priced };
  const chooser = useRef<{ reprice: () => void } | null>(null);
  const prices = useRef<Promise<Prices> | null>(null);
  useEffect(() => {
    const made = templateChooser(api, {
      prefix: "start",
      templates,
      label: () => t("starting.send"),
      prices: () => prices.current,
      submit: async (template: object, key: string) => {
        setOpen(null);
        try {
          const view = await api.request("POST", "/conversations", { body: { channel_id: channelId, to: now.current.to, template }, key });
          store.set((state: object) => putConversation(state, view));
          onClose();
          go(`/conversations/${view.id}`);
        } catch (problem) {
          const { code, extra } = problem as Refusal;
          if (code === "conversation_open") setOpen(extra.conversation_id ?? null);
          throw problem;
        }
      },
    });
    chooser.current = made;
    place.current?.replaceChildren(made.form);
  }, [templates.map((one) => one.id).join(" ")]);
  useEffect(() => {
    prices.current = priced ? api.request("GET", `/channels/${channelId}/prices`, { query: { to: priced } }) : null;
    chooser.current?.reprice();
  }, [channelId, priced]);
  return (
    <>
      <div ref={place} />
      {open && <p><a href={`/conversations/${open}`} onClick={onClose}>{t("starting.open_one")}</a></p>}
    </>
  );
}
