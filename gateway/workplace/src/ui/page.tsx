// What a screen is made of: a heading with its actions, sections, and the states that every list has.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../core/words.ts";
import { screenTitle } from "../frame/title.ts";
import type { Loaded } from "../frame/use_loaded.ts";

/** A page with its heading; the heading gets the focus when the page is opened, so that keyboards start there. */
export function Page({ title, hint, actions, children }: { title: string; hint?: string; actions?: ComponentChildren; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    screenTitle.value = title;
    return () => {
      screenTitle.value = null;
    };
  }, [title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div class="page">
      <header class="page-head">
        <div class="page-titles">
          <h2 ref={heading} tabIndex={-1}>{title}</h2>
          {hint && <p class="soft">{hint}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page, with a heading of its own. */
export function Section({ title, hint, children }: { title: string; hint?: string; children: ComponentChildren }) {
  return (
    <section class="section" aria-label={title}>
      <h3>{title}</h3>
      {hint && <p class="soft small">{hint}</p>}
      {children}
    </section>
  );
}

/** What was read: the fault with a way to try again, "loading", or `children` made of the value. */
export function Show<T>({ loaded, children }: { loaded: Loaded<T>; children: (value: T) => ComponentChildren }) {
  const { value, fault, reload } = loaded;
  return (
    <>
      {fault && (
        <p class="fault" role="alert">
          {fault} <button type="button" onClick={reload}>{t("ui.try_again")}</button>
        </p>
      )}
      {value === undefined ? !fault && <p class="empty" role="status">{t("ui.loading")}</p> : children(value)}
    </>
  );
}

/** What an empty list says, with what to do about it. */
export function Empty({ text, children }: { text: string; children?: ComponentChildren }) {
  return (
    <div class="empty empty-list">
      <p>{text}</p>
      {children}
    </div>
  );
}

export interface Column<T> {
  title: string;
  cell: (row: T) => ComponentChildren;
  /** Figures stand at the right. */
  figures?: boolean;
}

/** A table; on a narrow screen each row becomes a card with its columns' titles. */
export function Table<T>({ label, rows, columns, keyOf }: { label: string; rows: readonly T[]; columns: readonly Column<T>[]; keyOf: (row: T) => string }) {
  const kind = (column: Column<T>) => (column.figures ? { class: "figures" } : {});
  return (
    <div class="table-frame" role="group" aria-label={label} tabIndex={0}>
      <table class="table">
        <thead>
          <tr>{columns.map((one) => <th key={one.title} scope="col" {...kind(one)}>{one.title}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((one) => <td key={one.title} data-title={one.title} {...kind(one)}>{one.cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
