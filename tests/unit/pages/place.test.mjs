// Coordinates out of what people paste.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pointOf } from "../../../gateway/workplace/src/inbox/composer_parts/place.ts";

const BERLIN = { latitude: 52.52, longitude: 13.405 };

test("two numbers, and the links of maps", () => {
  for (const text of [
    "52.52, 13.405", " 52.5200 13.4050 ", "52.52;13.405",
    "https://www.openstreetmap.org/?mlat=52.52&mlon=13.405#map=16/1/2",
    "https://www.openstreetmap.org/#map=16/52.52/13.405",
    "https://www.google.com/maps/place/Berlin/@52.52,13.405,12z/data=!3m1",
    "https://maps.example/?q=52.52,13.405", "https://maps.example/?api=1&query=52.52%2C13.405",
  ]) assert.deepEqual(pointOf(text), BERLIN, text);
  assert.deepEqual(pointOf("-33.9, 151.2"), { latitude: -33.9, longitude: 151.2 });
});

test("what is no place on earth, or says none", () => {
  for (const text of ["", "Berlin", "52.52", "95, 13", "52, 190", "call 52 or 13, please"]) assert.equal(pointOf(text), null, text);
});
