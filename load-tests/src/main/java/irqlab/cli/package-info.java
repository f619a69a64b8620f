/**
 * The command line: {@code java -jar irqlab.jar VERB ...}.
 *
 * <p>Start at {@link irqlab.cli.Cli}, which makes an exit code of arguments and streams; {@link
 * irqlab.cli.Main} only ties it to the process. One class per verb, listed in {@link
 * irqlab.cli.Verbs}: a new verb is a picocli command and a line there.
 *
 * <p>Results go to standard output and nothing else does; progress, logs, hints and faults go to
 * standard error. Exit codes are in {@link irqlab.cli.Exit}.
 */
package irqlab.cli;
