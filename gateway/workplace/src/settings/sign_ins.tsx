// Where somebody is signed in, with an end for each.

import { fullTime } from "../core/time.js";
import { here } from "../core/session.ts";
import { language, t } from "../core/words.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { AskFirst } from "../ui/ask.tsx";
import { Empty, Section, Show, Table } from "../ui/page.tsx";

interface SignIn {
  id: string;
  created_at: string;
  last_used_at: string | null;
  current: boolean;
  device: string | null;
  gets_notices: boolean;
}

/** `path` is `/me/sessions`, or that of an operator. */
export function SignIns({ path }: { path: string }) {
  const { api } = here();
  const loaded = useLoaded<SignIn[]>(async () => (await api.request("GET", path)).items, [path]);
  const end = async (below: string) => {
    await api.request("DELETE", path + below);
    await loaded.reload();
  };
  const time = (at: string | null) => (at ? fullTime(at, language.value) : "–");
  return (
    <Section title={t("settings.sign_ins.title")} hint={t("settings.sign_ins.hint")}>
      <Show loaded={loaded}>
        {(all) => (all.length ? (
          <>
            <Table
              label={t("settings.sign_ins.title")} rows={all} keyOf={(one) => one.id}
              columns={[
                { title: t("settings.sign_ins.device"), cell: (one) => <><span dir="auto">{one.device ?? t("settings.sign_ins.unknown")}</span> {one.current && <span class="mark good">{t("settings.sign_ins.this")}</span>}{one.gets_notices && <span class="mark">{t("settings.sign_ins.notices")}</span>}</> },
                { title: t("settings.sign_ins.since"), cell: (one) => time(one.created_at) },
                { title: t("settings.sign_ins.used"), cell: (one) => time(one.last_used_at) },
                { title: t("settings.actions"), cell: (one) => !one.current && <button type="button" onClick={() => void end(`/${one.id}`).catch((problem: Error) => notify(problem.message))}>{t("settings.sign_ins.end")}</button> },
              ]}
            />
            {all.some((one) => !one.current) && (
              <div><AskFirst label={t("settings.sign_ins.end_all")} title={t("settings.sign_ins.end_all")} text={t("settings.sign_ins.end_all_text")} confirm={t("settings.sign_ins.end_all")} act={() => end("")} /></div>
            )}
          </>
        ) : <Empty text={t("settings.sign_ins.none")} />)}
      </Show>
    </Section>
  );
}
