// The page: the widget beside the list of tasks.
import { ChatKit } from "@openai/chatkit-react";
import { useState } from "react";
import { useChat } from "./chat";
import { TaskList } from "./TaskList";
import { useTasks } from "./tasks";
import { useWidgetScript } from "./widgetScript";
import { words } from "./words";

export function App() {
  const list = useTasks();
  const [lit, setLit] = useState<number>();
  const chat = useChat(list, setLit);
  const [script, retry] = useWidgetScript();
  return (
    <div className="page">
      <header>
        <h1>{words.title}</h1>
        <p>{words.subtitle}</p>
      </header>
      <main>
        {script === "failed" ? (
          <div className="failed" role="alert">
            <p>{words.scriptFailed}</p>
            <button onClick={retry}>{words.retry}</button>
          </div>
        ) : (
          <ChatKit control={chat.control} className="chat" />
        )}
        <TaskList {...list} lit={lit} />
      </main>
    </div>
  );
}
