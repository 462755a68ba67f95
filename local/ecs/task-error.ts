/** ECS refused to run a task; nothing was started. */
export class RunTaskError extends Error {
  override readonly name: 'ClientException' | 'InvalidParameterException' | 'ClusterNotFoundException';

  constructor(name: RunTaskError['name'], message: string) {
    super(message);
    this.name = name;
  }
}
