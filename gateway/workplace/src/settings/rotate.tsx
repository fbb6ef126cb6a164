// A new secret in the place of an old one, which stays good for a while.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { AskFirst } from "../ui/ask.tsx";
import { Copy } from "../ui/copy.tsx";

export function Rotate({ path, label, text }: { path: string; label: string; text: string }) {
  const { api } = here();
  const [made, setMade] = useState<string | null>(null);
  const act = async () => {
    const answer: Record<string, string> = await api.request("POST", path, { body: {} });
    setMade(answer["secret"] ?? answer["token"] ?? "");
  };
  return (
    <>
      <div><AskFirst label={label} title={label} text={text} confirm={label} act={act} /></div>
      {made && <Copy label={t("settings.shown_once")} text={made} />}
    </>
  );
}
