import * as vscode from 'vscode';
import type { CodeActionMiddleware } from 'vscode-languageclient/node';

/** The server's command behind an action that leads to what blocks a fix. */
const SHOW_PLACE = 'workflow-ls.showPlace';

/**
 * Makes actions that open a place open it by the editor's own command.
 *
 * The editor keeps the arguments of any other command only until it requests the actions again, which it may do while
 * the menu is on the screen: what is chosen then has no command.
 */
export const openingPlaces: CodeActionMiddleware = {
  provideCodeActions: async (document, range, context, token, next) => {
    const actions = await next(document, range, context, token);
    for (const action of actions ?? []) {
      if (action instanceof vscode.CodeAction && action.command?.command === SHOW_PLACE) action.command = opening(action.command);
    }
    return actions;
  },
};

function opening({ title, arguments: [uri, line, character, endLine, endCharacter] = [] }: vscode.Command): vscode.Command {
  const selection = new vscode.Range(line, character, endLine, endCharacter);
  return { title, command: 'vscode.open', arguments: [vscode.Uri.parse(uri, true), { selection }] };
}
