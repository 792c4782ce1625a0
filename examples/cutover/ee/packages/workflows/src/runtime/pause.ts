export const pause = (): void => {};
