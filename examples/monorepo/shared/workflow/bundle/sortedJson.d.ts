export default function sortedJson(value: unknown): string;
