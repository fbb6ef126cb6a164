// What a header shows of a file: a link, or a file that is uploaded here. Whichever was given last counts.

import { useId, useRef, useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { TextField } from "../ui/form.tsx";
import { isOwnFile, ownFile } from "./variables.ts";

const TYPES: Readonly<Record<string, string>> = { image: "image/jpeg,image/png", video: "video/mp4", document: "application/pdf" };

export function FileSlot({ label, pointer, kind, list, value, onChange }: { label: string; pointer: string; kind: string; list: string; value: string; onChange: (value: string) => void }) {
  const { api } = here();
  const id = useId();
  const [said, setSaid] = useState("");
  const turn = useRef(0);
  const latest = useRef(onChange);
  latest.current = onChange;
  const say = (text: string): number => {
    setSaid(text);
    turn.current += 1;
    return turn.current;
  };
  const upload = async (file: File | undefined) => {
    if (!file) return;
    const mine = say(`${file.name} …`);
    try {
      const made: { id: string } = await api.upload(file, () => {}, new AbortController().signal);
      if (mine !== turn.current) return;
      latest.current(ownFile(made.id));
      setSaid(`✓ ${file.name}`);
    } catch (problem) {
      if (mine === turn.current) setSaid((problem as Error).message);
    }
  };
  const write = (link: string) => {
    say("");
    onChange(link);
  };
  return (
    <>
      <TextField label={label} pointer={pointer} list={list} placeholder="https://" value={isOwnFile(value) ? "" : value} onChange={write} />
      <div class="field">
        <label for={id}>{t("campaigns.own_file")}</label>
        <input id={id} type="file" accept={TYPES[kind] ?? ""} aria-describedby={`${id}-said`} onChange={(event) => void upload(event.currentTarget.files?.[0])} />
        <p id={`${id}-said`} role="status" class="soft small">{said || (isOwnFile(value) ? t("campaigns.own_file_kept") : "")}</p>
      </div>
    </>
  );
}
