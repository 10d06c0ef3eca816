/** Forgotten passwords: new ones by mail, asked for by the owner or started by an admin. */
package dev.warmgate.recovery;
