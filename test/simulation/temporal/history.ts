/** The events that Temporal's server keeps of a run, by their types, where nothing goes wrong with its workers. */
export class History {
  readonly events: string[] = [];
  #isTaskOpen = false;
  /** What the workflow asked for in the open task. */
  #commands: string[] = [];
  /** What came in meanwhile: the server keeps it back until the task is completed. */
  #buffered: string[] = [];
  #localActivities = 0;

  /** Something came in for which the workflow gets a task. */
  came(...events: string[]): void {
    if (this.#isTaskOpen) return void this.#buffered.push(...events);
    this.events.push(...events, 'WORKFLOW_TASK_SCHEDULED', 'WORKFLOW_TASK_STARTED');
    this.#isTaskOpen = true;
  }

  commanded(event: string): void {
    this.#commands.push(event);
  }

  /** It runs within the task, and is recorded when that is completed. */
  localActivityBegan(): void {
    this.#localActivities += 1;
  }

  localActivityEnded(): void {
    this.#localActivities -= 1;
    this.commanded('MARKER_RECORDED');
  }

  /** The workflow has gone on as far as it can. */
  settled(): void {
    while (this.#isTaskOpen && this.#localActivities === 0) {
      this.events.push('WORKFLOW_TASK_COMPLETED', ...this.#commands);
      this.#commands = [];
      this.#isTaskOpen = false;
      if (this.#buffered.length > 0) this.came(...this.#buffered.splice(0));
    }
  }

  /** The run ends with this event. */
  ended(event: string): void {
    this.commanded(event);
    this.#localActivities = 0;
    this.settled();
  }
}
