// Dates in the user's time zone, which need not be the browser's.

/** Return what `format` returns for this IANA zone, or for the browser's own zone if the browser does not know it. */
export function inZone(zone, format) {
  try {
    return format(zone || undefined);
  } catch {
    return format(undefined);
  }
}
