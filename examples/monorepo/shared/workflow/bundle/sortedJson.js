/**
 * JSON with sorted keys: equal values give equal text.  Plain JavaScript, because scripts run it without a build.
 * @param {unknown} value
 * @returns {string}
 */
export default function sortedJson(value) {
  return JSON.stringify(value, (_key, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
