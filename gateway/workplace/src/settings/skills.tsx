// Skills of a person with a level from 1 to 5.

import { useId, useState } from "preact/hooks";
import { t } from "../core/words.ts";
import { Icon } from "../ui/icon.tsx";

const LEVELS = [1, 2, 3, 4, 5];

export function Skills({ skills, onChange }: { skills: Readonly<Record<string, number>>; onChange: (skills: Record<string, number>) => void }) {
  const id = useId();
  const [name, setName] = useState("");
  const add = () => {
    const trimmed = name.trim();
    if (trimmed) onChange({ ...skills, [trimmed]: skills[trimmed] ?? 3 });
    setName("");
  };
  return (
    <fieldset class="field">
      <legend>{t("settings.skills.title")}</legend>
      <p class="soft small">{t("settings.skills.hint")}</p>
      <ul class="rows">
        {Object.entries(skills).map(([skill, level]) => (
          <li key={skill}>
            <span class="row-name" dir="auto">{skill}</span>
            <select aria-label={t("settings.skills.level_of", { name: skill })} value={String(level)} onChange={(event) => onChange({ ...skills, [skill]: Number(event.currentTarget.value) })}>
              {LEVELS.map((one) => <option key={one} value={one}>{one}</option>)}
            </select>
            <button
              type="button" class="quiet" aria-label={t("settings.remove_named", { name: skill })}
              onClick={() => onChange(Object.fromEntries(Object.entries(skills).filter(([one]) => one !== skill)))}
            >
              <Icon name="remove" />
            </button>
          </li>
        ))}
      </ul>
      <div class="input-row">
        <label class="sr" for={id}>{t("settings.skills.new")}</label>
        <input
          id={id} value={name} maxLength={50} placeholder={t("settings.skills.new")} onInput={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add();
          }}
        />
        <button type="button" onClick={add}>{t("settings.add")}</button>
      </div>
    </fieldset>
  );
}
