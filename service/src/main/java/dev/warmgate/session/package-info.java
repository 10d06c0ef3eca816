/** Sessions: opened by registering or logging in, kept by refreshing, ended by logging out. */
package dev.warmgate.session;
