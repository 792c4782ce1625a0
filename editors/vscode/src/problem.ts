import * as vscode from 'vscode';

/** What a user can do about a problem: one thing, with the text of its button. */
export interface Remedy {
  readonly title: string;
  run(): unknown;
}

/** Something is missing or broken, said in one sentence, with one way out of it. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly remedy: Remedy,
  ) {
    super(message);
  }
}

export const openPathSetting: Remedy = {
  title: 'Open Settings',
  run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'workflow-ls.path'),
};

export const openPythonSetting: Remedy = {
  title: 'Open Settings',
  run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'workflow-ls.python'),
};

export const getPython: Remedy = {
  title: 'Get Python',
  run: () => vscode.env.openExternal(vscode.Uri.parse('https://www.python.org/downloads/')),
};

export const showOutput: Remedy = {
  title: 'Show Output',
  run: () => vscode.commands.executeCommand('workflow-ls.editor.showOutput'),
};

export const restart: Remedy = {
  title: 'Restart',
  run: () => vscode.commands.executeCommand('workflow-ls.editor.restart'),
};

export const tryAgain: Remedy = {
  title: 'Try Again',
  run: () => vscode.commands.executeCommand('workflow-ls.editor.restart'),
};
