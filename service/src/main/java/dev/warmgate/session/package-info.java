/** Sessions: login, refresh, logout and password changes. */
package dev.warmgate.session;
