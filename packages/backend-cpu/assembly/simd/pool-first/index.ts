// Exports of every kernel of this folder.
