export const HeroSection = () => (
  <header>
    <span className="badge">v1.2.6</span>
    <h1>tally</h1>
  </header>
);
