// One's own account: the password, the second factor, where one is signed in, and what this device shows.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { chooseLanguage, language, LANGUAGES, t } from "../core/words.ts";
import { notify } from "../frame/notices.js";
import { chooseTheme, theme, THEMES, type Theme } from "../frame/theme.ts";
import { Form, SelectField, TextField } from "../ui/form.tsx";
import { Page, Section } from "../ui/page.tsx";
import { SecondFactor } from "./second_factor.tsx";
import { SignIns } from "./sign_ins.tsx";

export default function Account() {
  const { me } = here();
  return (
    <Page title={t("settings.account.title")} hint={`${me.name} · ${t(`roles.${me.role}`)}`}>
      <Section title={t("frame.device")} hint={t("settings.account.device_hint")}>
        <div class="form">
          <SelectField label={t("frame.language")} value={language.value} onChange={(code) => void chooseLanguage(code)} choices={Object.entries(LANGUAGES).map(([value, { name }]) => ({ value, text: name }))} />
          <SelectField label={t("frame.theme")} value={theme.value} onChange={(one) => chooseTheme(one as Theme)} choices={THEMES.map((value) => ({ value, text: t(`themes.${value}`) }))} />
        </div>
      </Section>
      <Password />
      <SecondFactor />
      <SignIns path="/me/sessions" />
    </Page>
  );
}

function Password() {
  const { api } = here();
  const [old, setOld] = useState("");
  const [password, setPassword] = useState("");
  const send = async () => {
    await api.request("PUT", "/me/password", { body: { old_password: old, password } });
    setOld("");
    setPassword("");
    notify(t("settings.account.password_changed"), "done");
  };
  return (
    <Section title={t("settings.account.password")} hint={t("settings.account.password_hint")}>
      <Form send={send} changed={Boolean(old || password)}>
        <TextField label={t("settings.account.old_password")} pointer="/old_password" type="password" autoComplete="current-password" value={old} onChange={setOld} />
        <TextField label={t("settings.account.new_password")} hint={t("settings.account.new_password_hint")} pointer="/password" type="password" autoComplete="new-password" value={password} onChange={setPassword} />
      </Form>
    </Section>
  );
}
