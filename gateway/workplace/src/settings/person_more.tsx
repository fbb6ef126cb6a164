// What else there is of somebody: a link for a new password, the second factor, the sign-ins, their statuses until now.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { StatusHistory } from "../board/status_history.tsx";
import { atLeast } from "../core/rights.ts";
import { t } from "../core/words.ts";
import { AskFirst } from "../ui/ask.tsx";
import { Copy } from "../ui/copy.tsx";
import { Section } from "../ui/page.tsx";
import { SignIns } from "./sign_ins.tsx";

interface Person {
  id: string;
  name: string;
  active: boolean;
}

export function PersonMore({ person }: { person: Person }) {
  return (
    <>
      <Access person={person} />
      <Section title={t("board.history_button")}><StatusHistory id={person.id} name={person.name} /></Section>
    </>
  );
}

function Access({ person }: { person: Person }) {
  const { api, me } = here();
  const [link, setLink] = useState<string | null>(null);
  if (!person.active || person.id === me.id || !atLeast(me, "administrator")) return null;
  return (
    <>
      <Section title={t("settings.people.access")}>
        <div class="form-actions">
          <AskFirst
            label={t("settings.people.password_link")} title={t("settings.people.password_link")} text={t("settings.people.password_link_text")} confirm={t("settings.people.make_link")}
            act={async () => setLink((await api.request("POST", `/operators/${person.id}/password-link`)).link)}
          />
          <AskFirst
            label={t("settings.people.factor")} title={t("settings.people.factor")} text={t("settings.people.factor_text")} confirm={t("settings.people.factor")}
            act={() => api.request("DELETE", `/operators/${person.id}/second-factor`)}
          />
        </div>
        {link && <Copy label={t("settings.people.link")} text={link} />}
      </Section>
      <SignIns path={`/operators/${person.id}/sessions`} />
    </>
  );
}
