export async function retry<T>(times: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (times <= 1) throw error;
    return retry(times - 1, work);
  }
}
