/** Where the local cloud keeps its data. */
export interface LocalPlace {
  readonly table: string;
  readonly bucket: string;
}

/**
 * The table and the bucket of the local cloud, with its credentials as this process's own.
 * @throws Error when no local cloud answers there
 */
export async function localPlace(url: string): Promise<LocalPlace> {
  const response = await fetch(new URL('/local/info', url)).catch((cause) => {
    throw new Error(`no local cloud answers at ${url}; name what is deployed instead`, { cause });
  });
  const { tableName, bucketName, operatorEnvironment } = (await response.json()) as {
    readonly tableName: string;
    readonly bucketName: string;
    readonly operatorEnvironment: Readonly<Record<string, string>>;
  };
  Object.assign(process.env, operatorEnvironment);
  return { table: tableName, bucket: bucketName };
}
