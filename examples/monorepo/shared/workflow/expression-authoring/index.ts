/** The paths that an expression may use, such as `invoice.total`. */
export function listPaths(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, part]) =>
    part && typeof part === 'object' ? listPaths(part, `${prefix}${key}.`) : [prefix + key],
  );
}
