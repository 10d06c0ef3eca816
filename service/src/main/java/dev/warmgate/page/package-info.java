/** How long lists are read page by page; used by every endpoint that answers one. */
package dev.warmgate.page;
