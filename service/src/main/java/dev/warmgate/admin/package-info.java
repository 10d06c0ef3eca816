/**
 * What admins may do with the accounts of others, and operators with admins. {@code filter} asks
 * {@code account} whether a caller is an admin.
 */
package dev.warmgate.admin;
