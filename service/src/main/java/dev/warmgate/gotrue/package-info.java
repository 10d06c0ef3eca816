/**
 * The API in the form of Supabase's Auth service (GoTrue), so that its clients work unchanged. A
 * thin front of the features behind the other API: it translates requests, answers and errors, and
 * issues tokens of another form.
 */
package dev.warmgate.gotrue;
