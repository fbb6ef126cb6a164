// Line drawings in the colour of the text, all on a grid of 16 by 16.

const ICONS = {
  inbox: "M2 9.5h3.500l1 2h3l1-2H14M2 9.500 4 3h8l2 6.500v3.500H2Z",
  board: "M2 14V8h3v6M6.500 14V3h3v11M11 14V6h3v8M1 14h14",
  reports: "M2 2v12h12M4.500 10.500l3-3.500 2.500 2 3.500-5",
  contacts: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.500 14c.4-3 2.600-4.500 5.500-4.500s5.100 1.500 5.500 4.500",
  campaigns: "M3 6.500v3h2.500l5.500 3V3.500l-5.500 3ZM13 6.500v3M5.500 9.500l1 4",
  templates: "M3 2h10v12H3ZM5.500 5h5M5.500 8h5M5.500 11h3",
  settings: "M8 10.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400ZM8 1.500v2M8 12.500v2M1.500 8h2M12.500 8h2M3.400 3.400l1.400 1.400M11.200 11.200l1.400 1.400M12.600 3.400l-1.400 1.400M4.800 11.200l-1.400 1.400",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.600 10.600 14 14",
  plus: "M8 3v10M3 8h10",
  close: "m4 4 8 8M12 4l-8 8",
  more: "M3.500 8h.1M8 8h.1M12.500 8h.1",
  back: "M10 3 5 8l5 5",
  forward: "m6 3 5 5-5 5",
  edit: "M3 13l.7-3L11 2.700l2.300 2.300L6 12.300 3 13Z",
  remove: "M3 4.500h10M6.500 4.500V3h3v1.500M4.500 4.500l.6 9h5.800l.6-9",
  copy: "M5.500 5.500h8v8h-8ZM10.500 5.500v-3h-8v8h3",
  tick: "m3.500 8.500 3 3 6-7",
  warning: "M8 2 14.500 13.500h-13ZM8 6.500v3.500M8 11.700v.1",
  moon: "M13 9.500A5.500 5.500 0 1 1 6.500 3 4.500 4.500 0 0 0 13 9.500Z",
  globe: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2 8h12M8 2c2 1.800 2.500 3.800 2.500 6S10 12.200 8 14C6 12.200 5.500 10.200 5.500 8S6 3.800 8 2Z",
  keyboard: "M1.500 4h13v8h-13ZM4 6.500h.1M6.700 6.500h.1M9.300 6.500h.1M12 6.500h.1M5 9.500h6",
  reply_list: "M2.500 3h11M2.500 6.500h7M2.500 10h4M9 13.500l5-5.500-2-1.500-5 5.500v1.500Z",
  filter: "M2 3h12L9.500 8.500V13l-3 1V8.500Z",
  smile: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5.500 9.500c1 1.700 4 1.700 5 0M6 6.200v.1M10 6.200v.1",
  spark: "M8 1.500 9.500 6.500 14.500 8l-5 1.500L8 14.500 6.500 9.500 1.500 8l5-1.500Z",
  pin: "M8 14.500S3 9.800 3 6.300a5 5 0 0 1 10 0c0 3.500-5 8.200-5 8.200ZM8 8a1.800 1.800 0 1 0 0-3.600A1.800 1.800 0 0 0 8 8Z",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.700V8l2.300 1.500",
  leave: "M9.500 4.500V2.500h-7v11h7v-2M6.500 8h8M12 5.500 14.500 8 12 10.500",
} as const;

export type IconName = keyof typeof ICONS;

/** A drawing; with a label it is an image, otherwise decoration beside a text. */
export function Icon({ name, label }: { name: IconName; label?: string }) {
  return (
    <svg viewBox="0 0 16 16" class={`icon icon-${name}`} {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" })}>
      <path d={ICONS[name]} />
    </svg>
  );
}
