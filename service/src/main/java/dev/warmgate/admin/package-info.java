/**
 * What admins do to the accounts of others, and operators to admins. Whether somebody is an admin
 * is asked by {@code filter}, of {@code account}.
 */
package dev.warmgate.admin;
