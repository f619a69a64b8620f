/**
 * What a run leaves for people and programs: the tables of the terminal, {@code /proc/interrupts},
 * and the files of the run directory.
 *
 * <p>Start at {@link irqlab.report.RunReport}: it turns a {@link irqlab.load.RunResult} into rows,
 * laws and checks. The others print it: {@link irqlab.report.RunText} for the terminal, {@link
 * irqlab.report.SummaryJson}, {@link irqlab.report.IrqsCsv} and {@link irqlab.report.LatencyLog}
 * for files, {@link irqlab.report.RunDirectory} puts them in place.
 *
 * <p>Sources: experiments, "Conservation laws" (E-83); the HdrHistogram log format 1.3; {@code
 * /proc/interrupts} of Linux, PRC-001 to PRC-024; RFC 4180.
 */
package irqlab.report;
