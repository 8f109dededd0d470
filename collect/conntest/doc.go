// Package conntest tries access data before it is relied upon. A request names
// targets (OpenStack, mysql, CLI, …) and gives a configuration section for each;
// Keeper tries them in the background and answers in the same document of
// collection connection_tests, as old clients expect: they ask for the document
// until its status is "response".
//
// Each target is tried by the provider that its section configures, alone, with
// nothing but what the request gives (rule DIS-25). Secrets are sealed while a
// request waits and forgotten with its answer (rule DIS-26).
package conntest
