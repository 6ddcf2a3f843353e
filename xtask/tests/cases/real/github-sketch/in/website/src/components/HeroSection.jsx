export const HeroSection = () => (
  <header>
    <span className="badge">v1.2.5</span>
    <h1>tally</h1>
  </header>
);
