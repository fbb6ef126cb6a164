// A campaign while its form is filled in, and what is sent of it. Pure.

import type { Template } from "../templates/template_types.ts";
import type { Campaign, TemplateName, Variables } from "./campaign_types.ts";
import { textsOf, variablesOf, type Texts } from "./variables.ts";

export interface CampaignDraft {
  name: string;
  channel_id: string;
  /** As `keyOf` writes it. */
  template: string;
  texts: Texts;
  by_language: boolean;
  has_variant: boolean;
  variant_template: string;
  variant_texts: Texts;
  share: string;
  schedule_at: string;
  rate: string;
  quiet_begin: string;
  quiet_end: string;
  region: string;
  cap_messages: string;
  cap_days: string;
  consent: string;
}

export const keyOf = ({ name, language }: TemplateName): string => `${name} ${language}`;

export const templateOf = (key: string, templates: readonly Template[]): Template | undefined => templates.find((one) => keyOf(one) === key);

const text = (value: number | null | undefined): string => String(value ?? "");

const BLANK: CampaignDraft = {
  name: "", channel_id: "", template: "", texts: {}, by_language: false, has_variant: false, variant_template: "", variant_texts: {}, share: "50",
  schedule_at: "", rate: "", quiet_begin: "", quiet_end: "", region: "", cap_messages: "", cap_days: "", consent: "",
};

/** What the form shows of a new campaign. */
export const blankFor = (channelId: string): CampaignDraft => ({ ...BLANK, channel_id: channelId });

/** What the form shows of a campaign. */
export function draftOf(campaign: Campaign, templates: readonly Template[]): CampaignDraft {
  const texts = (name: TemplateName, variables: Variables | null) => textsOf(templateOf(keyOf(name), templates)?.parameters_needed ?? {}, variables);
  const { variant, quiet_hours: quiet, frequency_cap: cap } = campaign;
  return {
    ...BLANK,
    name: campaign.name, channel_id: campaign.channel_id, template: keyOf(campaign.template), texts: texts(campaign.template, campaign.variables), by_language: campaign.by_language,
    ...(variant && { has_variant: true, variant_template: keyOf(variant.template), variant_texts: texts(variant.template, variant.variables), share: text(variant.share) }),
    schedule_at: localText(campaign.schedule_at), rate: text(campaign.rate_per_second), region: campaign.region ?? "", consent: campaign.consent?.source ?? "",
    ...(quiet && { quiet_begin: quiet.begin, quiet_end: quiet.end }),
    ...(cap && { cap_messages: text(cap.messages), cap_days: text(cap.days) }),
  };
}

const number = (written: string): number | null => (written.trim() ? Number(written) : null);

/** The words of the consent that a list's people gave, and when they are said to have. */
interface Consent {
  at: string;
  wording: string;
}

/** What is sent of it; `before` is the campaign that is changed. */
export function fieldsOf(draft: CampaignDraft, templates: readonly Template[], before: Campaign | null, consent: Consent): Record<string, unknown> {
  const split = (key: string): TemplateName => ({ name: key.slice(0, key.lastIndexOf(" ")), language: key.slice(key.lastIndexOf(" ") + 1) });
  const variables = (key: string, texts: Texts) => variablesOf(templateOf(key, templates)?.parameters_needed ?? {}, texts);
  const source = draft.consent.trim();
  const same = before !== null && source === (before.consent?.source ?? "");
  return {
    name: draft.name.trim(), channel_id: draft.channel_id, template: split(draft.template), variables: variables(draft.template, draft.texts), by_language: draft.by_language,
    variant: draft.has_variant ? { template: split(draft.variant_template), variables: variables(draft.variant_template, draft.variant_texts), share: number(draft.share) ?? 50 } : null,
    schedule_at: draft.schedule_at ? new Date(draft.schedule_at).toISOString() : null, rate_per_second: number(draft.rate),
    quiet_hours: draft.quiet_begin || draft.quiet_end ? { begin: draft.quiet_begin, end: draft.quiet_end } : null,
    frequency_cap: draft.cap_messages || draft.cap_days ? { messages: number(draft.cap_messages) ?? 0, days: number(draft.cap_days) ?? 0 } : null,
    region: draft.region.trim().toUpperCase() || null,
    ...(!same && { consent: source ? { source, ...consent } : null }),
  };
}

/** A moment as a field for local time has it. */
export function localText(iso: string | null): string {
  if (!iso) return "";
  const at = new Date(iso);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
