// Tags and topics of a conversation; each change is kept at once.

import { here } from "../../core/session.ts";
import { t } from "../../core/words.ts";
import { useLoaded } from "../../frame/use_loaded.ts";
import { Icon } from "../../ui/icon.tsx";
import { Picker } from "../../ui/picker.tsx";
import { change } from "../doing.ts";
import type { Conversation, Tag, Topic } from "../types.ts";
import { offered, paths } from "./topic_tree.ts";

interface Chip {
  key: string;
  text: string;
  colour?: string | null | undefined;
}

/** Words in a row, each of which can be taken away. */
export function Chips({ label, items, onRemove }: { label: string; items: readonly Chip[]; onRemove?: ((key: string) => void) | undefined }) {
  if (!items.length) return null;
  return (
    <ul class="labels" aria-label={label}>
      {items.map((one) => (
        <li key={one.key}>
          {one.colour && <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" fill={one.colour} /></svg>}
          <span dir="auto">{one.text}</span>
          {onRemove && (
            <button type="button" class="quiet" aria-label={t("side.take_away", { name: one.text })} onClick={() => onRemove(one.key)}>
              <Icon name="close" />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Tags of something, with a field for another one. */
export function TagsEditor({ label, tags, save }: { label: string; tags: readonly string[]; save: ((tags: string[]) => void) | null }) {
  const { api } = here();
  const known = useLoaded<Tag[]>(() => api.all("/tags"), [], ["tag."]).value ?? [];
  const colours = new Map(known.map((one) => [one.name, one.color]));
  const add = (name: string) => save?.([...tags, name]);
  return (
    <section class="side-part" aria-label={label}>
      <h3>{label}</h3>
      <Chips label={label} items={tags.map((one) => ({ key: one, text: one, colour: colours.get(one) }))} onRemove={save ? (gone) => save(tags.filter((one) => one !== gone)) : undefined} />
      {save ? (
        <Picker
          label={t("side.add_tag")} onChoose={add} onNew={add} newText={(name) => t("side.new_tag", { name })}
          options={known.filter((one) => !tags.includes(one.name)).map((one) => ({ value: one.name, text: one.name }))}
        />
      ) : !tags.length && <p class="soft small">{t("side.none_yet")}</p>}
    </section>
  );
}

export function ConversationTags({ conversation, may }: { conversation: Conversation; may: boolean }) {
  const { api } = here();
  const save = (tags: string[]) => void change(conversation.id, () => api.request("PUT", `/conversations/${conversation.id}/tags`, { body: { tags } }));
  return <TagsEditor label={t("side.tags")} tags={conversation.tags} save={may ? save : null} />;
}

export function ConversationTopics({ conversation, may }: { conversation: Conversation; may: boolean }) {
  const { api } = here();
  const known = useLoaded<Topic[]>(() => api.all("/topics"), [], ["topic."]).value ?? [];
  if (!known.length) return null;
  const path = paths(known);
  const { topics } = conversation;
  const save = (next: string[]) => void change(conversation.id, () => api.request("PUT", `/conversations/${conversation.id}/topics`, { body: { topics: next } }));
  return (
    <section class="side-part" aria-label={t("side.topics")}>
      <h3>{t("side.topics")}</h3>
      <Chips label={t("side.topics")} items={topics.map((one) => ({ key: one, text: path.get(one) ?? one }))} onRemove={may ? (gone) => save(topics.filter((one) => one !== gone)) : undefined} />
      {may && (
        <Picker
          label={t("side.add_topic")} onChoose={(id) => save([...topics, id])}
          options={offered(known).filter((one) => !topics.includes(one.id)).map((one) => ({ value: one.id, text: path.get(one.id)! }))}
        />
      )}
      {!may && !topics.length && <p class="soft small">{t("side.none_yet")}</p>}
    </section>
  );
}
