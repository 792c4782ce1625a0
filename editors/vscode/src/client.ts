import * as vscode from 'vscode';
import {
  type ClientCapabilities,
  type Disposable,
  type DynamicFeature,
  ExecuteCommandRequest,
  type FeatureState,
  type GenericNotificationHandler,
  LanguageClient,
  type ProgressType,
  type ServerCapabilities,
  type StaticFeature,
  WorkspaceDiagnosticRequest,
} from 'vscode-languageclient/node';

/** A client that leaves it to this extension what the user sees, and what becomes of the server's commands. */
export class QuietClient extends LanguageClient {
  /** What takes findings in that the server sent before it had all of them. */
  private readonly takingIn = new Set<Promise<unknown>>();

  /** Resolves once all findings that the server sent so far are taken in. */
  async tookIn(): Promise<void> {
    await Promise.allSettled(this.takingIn);
  }

  /** Its own messages have no way out. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  /** Its own commands go with it: what is still on the screen then leads to none. */
  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    if ('registrationType' in feature && feature.registrationType.method === ExecuteCommandRequest.method) return;
    super.registerFeature(feature);
  }

  override onProgress<P>(type: ProgressType<P>, token: string | number, handler: GenericNotificationHandler): Disposable {
    if ((type as unknown) !== WorkspaceDiagnosticRequest.partialResult) return super.onProgress(type, token, handler);
    return super.onProgress(type, token, (part: P) => {
      const work = Promise.resolve(handler(part));
      this.takingIn.add(work);
      void work.finally(() => this.takingIn.delete(work));
    });
  }
}

/**
 * The commands of the server, as those of the editor, for as long as the extension runs.
 *
 * A lens, a hover or a menu is still on the screen when its server has ended: its command goes to the next server.
 */
export class ServerCommands implements StaticFeature, vscode.Disposable {
  private readonly registered = new Map<string, vscode.Disposable>();

  /** `run` has the server of then execute a command. */
  constructor(private readonly run: (command: string, args: readonly unknown[]) => unknown) {}

  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.workspace = { ...capabilities.workspace, executeCommand: {} };
  }

  initialize({ executeCommandProvider }: ServerCapabilities): void {
    for (const command of executeCommandProvider?.commands ?? []) {
      if (this.registered.has(command)) continue;
      this.registered.set(
        command,
        vscode.commands.registerCommand(command, (...args: unknown[]) => this.run(command, args)),
      );
    }
  }

  getState(): FeatureState {
    return { kind: 'static' };
  }

  clear(): void {
    // They outlive the client.
  }

  dispose(): void {
    vscode.Disposable.from(...this.registered.values()).dispose();
  }
}
